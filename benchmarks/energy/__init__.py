"""How long a battery lasts, and when a training's energy is repaid: models over records.

constants.py and hosts.py hold what they are computed from, each figure with its document.
"""
