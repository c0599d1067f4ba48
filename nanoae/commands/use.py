"""`nanoae encode`, `decode`, `reconstruct`: a trained run, on pictures of people's own."""
from pathlib import Path


def add(commands):
    for name, given, kept in (("encode", "a picture, a folder of them, or an .npy file", "PATH: codes as PATH.npy and "
                                "PATH.csv"),
                               ("decode", "codes: an .npy or .csv file", "DIR: a picture for each code"),
                               ("reconstruct", "a picture, a folder of them, or an .npy file",
                                "DIR: the reconstruction of each, and comparison.png")):
        use = commands.add_parser(name, help=f"use a trained run: {name} images of your own",
                                  description=f"Loads a run's trained network to {name}. Pictures are cropped at the "
                                              "centre, brought to the network's size, and made grey where it takes "
                                              "grey.")
        use.add_argument("run", metavar="RUN_DIR", help="the directory of a run")
        use.add_argument("input", metavar="INPUT", help=given)
        use.add_argument("--out", required=True, metavar="PATH", help=kept)
        use.add_argument("--invert", action="store_true", help="pictures are black on white, the network's white on "
                                                               "black (a run with --invert knows)")
        use.add_argument("--method", help="which network, where the run compares several (the proposed method)")
        use.set_defaults(act=act)


def act(arguments):
    from ..data.codes import read_codes, write_codes, write_pictures
    from ..data.photographs import load_photographs
    from ..runs import load_run
    run = load_run(arguments.run, arguments.method)
    inverts = run.settings.invert or arguments.invert
    if arguments.command == "decode":
        codes, names = read_codes(arguments.input, run.part("encoder").out_shape)
        write_pictures(arguments.out, as_read(inverts, run.decode(codes)), names)
        print(f"{len(names)} pictures in {arguments.out}")
        return 0
    images, names = load_photographs(arguments.input, run.shape)
    images = 255 - images if inverts else images
    if arguments.command == "encode":
        print(*write_codes(arguments.out, run.encode(images), names), sep="\n")
        return 0
    from ..data import scaled
    from ..pictures import reconstruction_grid, save
    outputs, images = as_read(inverts, run.reconstruct(images)), as_read(inverts, scaled(images))
    names = [f"{name}.png" if name.lower() == "comparison" else name for name in names]    # that one is ours
    write_pictures(arguments.out, outputs, names)
    save(reconstruction_grid("Pictures and their reconstructions", images[:10], outputs[:10],
                             [name[:14] for name in names[:10]], row_label="name"),
         Path(arguments.out) / "comparison.png")
    print(f"{len(names)} reconstructions and comparison.png in {arguments.out}")
    return 0


def as_read(inverts, images):
    """Images in [0, 1] as people's pictures show them, which the network sees inverted or as they are."""
    return 1 - images if inverts else images
