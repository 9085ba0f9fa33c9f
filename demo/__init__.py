"""Replica government sites, served on loopback, and the demonstration that crawls them.

Each replica imitates the markup, the addresses and the paging of one site software. Of all the texts
only two are real, published word for word: the notice of 西安市民政局 (2019) and that of
大连金普新区民政局 (2025). Every other text, and every place, body, person, telephone number and address
in it, is invented; so are the navigation, the footers and the numbers of all four sites.

    content/     what the sites publish: one folder a site, one file a text
    templates/   how each software prints it
    trs.py vsb.py hanweb.py query.py     how each software answers requests
"""
