"""Label: a page in the browser on which a person labels a recording or a night by hand.

label_page.py gathers what a page is about: recorded_file.py (signal, clock, labels within),
signal.py and changes.py (what is drawn of it), label_file.py (the labels on disk), suggestions.py.
server.py serves it and page/, address.py keeps where.
"""
