"""Proposing changes of the text: git, and the tools that apply a wording, as processes."""
