"""People and branches that several text tables of changes share."""

# Who is who: Ben has two logins, sam-bot is a machine account that Sam answers for, and fay has left in the meantime.
PEOPLE = """
    login     email          name       kind        started_on  ended_at    owner         member
    ana       ana@x.example  Ana Abel   employee    2020-01-01  NA          NA            yes
    ben       ben@x.example  Ben Brown  employee    2020-01-01  NA          NA            yes
    ben-home  ben@x.example  Ben Brown  employee    2020-01-01  NA          NA            no
    cleo      cleo@x.example  Cleo Cox  contractor  2020-01-01  NA          NA            yes
    fay       fay@x.example  Fay Ford   employee    2020-01-01  2026-03-20  NA            yes
    gus       gus@x.example  Gus Gray   employee    2020-01-01  2026-03-09  NA            yes
    sam       sam@x.example  Sam Stone  employee    2020-01-01  NA          NA            yes
    sam-bot   bot@x.example  Deployer   service     2020-01-01  NA          sam@x.example  yes
    NA        dan@x.example  Dan Dale   employee    2020-01-01  NA          NA            no
"""
BRANCHES = """
    repository  branch
    o/r         main
    o/r         master
    o/s         main
"""
