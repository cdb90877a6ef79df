"""Adapt a trained net to its wearer by a few labelled minutes: `edgekit train --from RUN`."""
