"""What a notice says: one file per idea, each reading its own part of the record.

All of them read a `Source` (source.py), whose views make width and spacing one while every
character keeps its place in the raw text; what they return carries offsets into the raw text.
"""
