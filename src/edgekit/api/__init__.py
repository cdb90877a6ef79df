"""What `import edgekit` offers in a notebook or a script: about ten names (docs/api.md).

Each takes a path as text or as a Path, checks shapes and units, and answers with names. The stages
below never import this folder.
"""
