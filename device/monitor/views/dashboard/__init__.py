"""Dashboard: the running night in a browser, served by a process of its own.

view.py runs in the monitor; server.py is the process; tonight.py and last_night.py choose what is
shown; page.* draw it. Who may look is decided in device/web.
"""
