"""Label: a page in the browser on which a person labels a recording or a night by hand.

recorded_file.py reads what is labelled, signal.py and changes.py what is drawn of it;
label_file.py keeps the labels on disk; suggestions.py asks a bundle; server.py serves page/.
"""
