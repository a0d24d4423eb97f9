"""Access reviews: who may keep which access, decided row by row and signed.

`model` the nouns, `digest` what ties a review to its population, `file` the plain file that is the record, `actions`
what a reviewer does. Nothing here knows a widget, a clock or a system; the form is a thin layer over it.
"""
