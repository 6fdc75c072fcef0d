"""What leaves as e-mail: to whoever wrote a comment and agreed, and to editors every day."""
