"""The web room: JSON under /api/v1, pages for people, and the built site; it knows no storage."""
