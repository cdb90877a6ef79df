"""How every page, table and picture of edgekit looks.

templates.py: HTML pages (base.html, document.html; paper.css is light and dark) by Jinja.
markdown.py: documents and tables.  palette.py, picture.py: colours, and pictures by matplotlib.
Each is imported by itself, because a stage may lack Jinja or matplotlib.
"""
