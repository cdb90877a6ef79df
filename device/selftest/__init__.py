"""The wearable's self-test over its line: what is measured, how it is judged, and a page of it."""
