"""Web: what the pages that this computer serves share, the dashboard and the label page.

guard.py decides who may look and who may write, by the word of token.py; listener.py takes the
port; serve.py runs the app.
"""
