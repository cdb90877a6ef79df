"""The label page as the browser loads it.

state.js holds what is labelled and selected, spans.js trims; signal.js, lanes.js and panel.js draw;
pointer.js and keys.js listen; saving.js writes, tries again and never overwrites another's work.
"""
