"""Reports for officials: what is broken, whose duty it is, what is planned and what has been done.

It reads everything below and writes nothing but documents.
"""
