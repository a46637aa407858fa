"""A survey tool's export in, typed answers and readable problems out. No database, no Django.

    preview = inspection.inspect(file, fields={"7": ["Bildung und Sprache"]})
    mapping = proposal.propose(preview, fields={"7": ["Bildung und Sprache"]})
    for answer in reading.answers(file, preview, mapping): ...
    for address in reading.addresses(file, preview, mapping): ...

No function gives an answer and an address together, so nothing can store the two with a link.
"""
