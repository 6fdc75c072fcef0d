"""What a comment, a decision and an editor are; standard library only, no input or output."""
