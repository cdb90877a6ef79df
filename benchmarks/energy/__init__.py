"""How long a battery lasts, and when a training's energy is repaid: models over records.

constants.py is what they stand on, a figure a line, each with its document.
"""
