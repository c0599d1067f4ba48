"""Downloads, through pooch: checked by hash, tried from mirror to mirror, continued where a connection was cut.

An address or a hash stands here only with the place it was seen in. MNIST and Fashion-MNIST: torchvision's
torchvision/datasets/mnist.py, which gives MD5 sums of the four .gz files of each.
"""
from pathlib import Path

from .dataset import DataError

SOURCES = {
    "mnist": (("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"), {
        "train-images-idx3-ubyte.gz": "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "md5:d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "md5:9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "md5:ec29112dd5afa0611ce80d1b7f02629c"}),
    "fashion-mnist": (("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",), {
        "train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310"}),
}
CHUNK, PATIENCE = 1 << 15, 30    # bytes read at once, seconds without an answer


def fetch(name, folder, sources=SOURCES, note=print):
    """Downloads the files of a set into folder/name; those that are there and whole are left. Returns that folder.

    Raises DataError where there is no known address, no mirror gives a file, or the folder cannot be written.
    """
    if name not in sources:
        raise DataError(f"no address of {name} is known with a hash to check it by; there are {', '.join(sources)}")
    mirrors, files = sources[name]
    target = Path(folder) / name
    for file, known_hash in files.items():
        fetch_file(file, known_hash, mirrors, target, note)
    return target


def fetch_file(file, known_hash, mirrors, target, note):
    """One file from the first mirror that gives it whole."""
    import pooch
    import requests
    if (target / file).exists() and pooch.file_hash(str(target / file), known_hash.partition(":")[0]) == \
            known_hash.partition(":")[2]:
        note(f"{file}: here already, whole")
        return
    failures = []
    for mirror in mirrors:
        try:
            pooch.retrieve(mirror + file, known_hash, fname=file, path=target, downloader=continue_download)
            note(f"{file}: from {mirror}")
            return
        except ValueError:    # pooch's word for another hash; what came is gone
            failures.append(f"{mirror}: what came is another file (its hash differs)")
        except requests.RequestException as error:
            failures.append(f"{mirror}: {type(error).__name__}")
        except OSError as error:
            raise DataError(f"{target}: cannot be written ({error.strerror or error})") from None
    raise DataError(f"{file} could not be fetched: {'; '.join(failures)}. Try again to go on where it stopped, or put "
                    f"the file into {target} yourself")


def continue_download(url, output_file, pooch):
    """A downloader for pooch that keeps what a cut connection left, beside the target, and asks for the rest."""
    import requests
    kept = Path(output_file).parent / f".{url.rpartition('/')[2]}.part"
    have = kept.stat().st_size if kept.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with requests.get(url, headers=headers, stream=True, timeout=PATIENCE) as answer:
        if answer.status_code == 416:    # nothing is left to ask for: what is here is too long or of another file
            kept.unlink()
            raise requests.ConnectionError("the file changed; begin again")
        answer.raise_for_status()
        promised = answer.headers.get("Content-Length")
        with open(kept, "ab" if answer.status_code == 206 else "wb") as part:
            before = part.tell()
            for chunk in answer.iter_content(CHUNK):
                part.write(chunk)
            if promised is not None and part.tell() - before < int(promised):
                raise requests.ConnectionError("cut off")
    kept.replace(output_file)
