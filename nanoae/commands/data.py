"""`nanoae data`: sets that are here, whether they are whole, and how they come here."""
from ..backend import suggestion


def add(commands):
    data = commands.add_parser("data", help="data sets: what is here, is it whole, get it",
                               description="list: every set by name, and where it was found. verify: reads sets from "
                                           "beginning to end and says whether they are whole. fetch: downloads sets "
                                           "(mnist, fashion-mnist), checked by hash.")
    data.add_argument("action", choices=("list", "verify", "fetch"), metavar="list|verify|fetch", help="what to do")
    data.add_argument("names", nargs="*", metavar="NAME", help="sets to verify (all that are found) or to fetch")
    data.add_argument("--data-dir", metavar="DIR", help="the folder that holds the sets (else $NANOAE_DATA, else the "
                                                        "user's cache)")
    data.set_defaults(act=act)


def act(arguments):
    from ..data.catalog import EMBEDDED, REAL, folders, load, locate
    from ..data.dataset import DataError
    from ..data.fetch import fetch
    for name in arguments.names:
        if name not in REAL:
            raise ValueError(f"{name!r} is no set of a folder; {suggestion(name, REAL)}there are {', '.join(REAL)}")
    if arguments.action == "fetch":
        if not arguments.names:
            raise ValueError("name the sets to fetch: nanoae data fetch mnist")
        for name in arguments.names:
            print(fetch(name, folders(arguments.data_dir, to_make=True)))
        return 0
    found = {name: locate(name, arguments.data_dir) for name in REAL}
    if arguments.action == "list":
        for name, folder in found.items():
            print(f"{name:22} {folder or 'not found'}")
        for name in EMBEDDED:
            print(f"{name:22} embedded")
        return 0
    bad, names = 0, arguments.names or [name for name, folder in found.items() if folder]
    if not names:
        raise DataError(f"no set was found in {folders(arguments.data_dir)}: there is nothing to verify")
    for name in names:
        try:
            data = load(name, arguments.data_dir)
            print(f"{name:22} whole: {len(data.train):,} training and {len(data.test):,} test images "
                  f"{' x '.join(map(str, data.shape))}")
        except DataError as error:
            bad += 1
            print(f"{name:22} {error}")
    return 1 if bad else 0
