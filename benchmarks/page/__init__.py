"""Sections as a page: one HTML file that holds all it needs, or Markdown with pictures beside."""
