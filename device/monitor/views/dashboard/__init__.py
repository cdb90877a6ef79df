"""Dashboard: the night as it runs, in a browser, by a process of its own.

view.py is what the monitor sees; server.py is the process; guard.py says who may look; tonight.py
and last_night.py say what is shown; page.* draw it.
"""
