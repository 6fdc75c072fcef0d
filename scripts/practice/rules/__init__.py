"""The rules of the text: pure generators of Problem, one module per question they ask."""
