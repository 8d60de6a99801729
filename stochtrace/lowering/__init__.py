"""What Numba lacks in the text of a program, written in another way that means the same, for compiled code only.

Each pass is a module with the name of what it writes: containers, keys, `match`, classes, generators. They read and
write syntax trees of Python, one after the other; interpreted code keeps the text as it is.
"""
