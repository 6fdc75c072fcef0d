"""The filters of a CommentQuery that each store answers alike: what is wanted equals what is there.

Each is the name of a field of the query, of a facet in memory and of a column in PostgreSQL.
"""

EQUAL = (
    "page",
    "section",
    "language",
    "role",
    "verified",
    "kind",
    "about",
    "visibility",
    "public",
    "cycle",
    "agenda",
    "assignee",
    "prepared",
)
