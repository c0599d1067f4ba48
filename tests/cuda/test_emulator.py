"""The emulator: right kernels give right numbers in any order of threads, and every kind of mistake is caught."""
from pathlib import Path

import numpy as np
import pytest

from .raw_kernel import guarded
from .raw_module import KernelError, RawModule

SOURCE = (Path(__file__).parent / "product.cu").read_text()
SIZES = 37, 29, 41    # no multiple of anything


def module(source=SOURCE, check=True, real="float"):
    return RawModule(code=source, options=(f"-DReal={real}",), check=check, filename="product.cu")


def multiplied(kernel, dtype=np.float32, seed=0, sectors=0):
    rows, inner, columns = SIZES
    rng = np.random.default_rng(0)
    A, B = (rng.standard_normal(shape).astype(dtype) for shape in ((rows, inner), (inner, columns)))
    C = guarded((rows, columns), dtype)
    C[...] = np.nan
    kernel((-(-columns // 16), -(-rows // 16)), (16, 8), (A, B, C, *map(np.int32, SIZES)), seed=seed, sectors=sectors)
    return C, A.astype(float) @ B.astype(float)


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(("real", "tolerance"), [("float", 1e-5), ("double", 1e-13)])
def test_a_right_kernel_gives_the_same_bits_in_any_order_of_threads(check, real, tolerance):
    kernel = module(check=check, real=real).get_function("product")
    dtype = np.float32 if real == "float" else np.float64
    results = [multiplied(kernel, dtype, seed) for seed in (0, 1, 7)]
    for C, expected in results:
        assert np.max(np.abs(C - expected)) < tolerance
        assert np.array_equal(C, results[0][0])


@pytest.mark.parametrize("check", [False, True])
def test_shuffles_and_shared_memory_of_a_launch(check):
    kernels, rng = module(check=check, real="double"), np.random.default_rng(1)
    x, out = rng.standard_normal(1000), np.zeros(1)
    kernels.get_function("total")((1,), (96,), (x, out, np.int32(1000)))
    assert out[0] == pytest.approx(x.sum(), rel=1e-13)
    y = np.zeros(1000)
    kernels.get_function("gathered")((-(-1000 // 64),), (64,), (x, y, np.int32(3), np.int32(1000)), shared_mem=64 * 8)
    blocks = np.zeros(1024)
    blocks[:1000] = x[np.arange(1000) * 3 % 1000]
    assert np.array_equal(y, blocks.reshape(-1, 64)[:, ::-1].ravel()[:1000])


BEGIN, LOOP = "    Real sums[EACH];", "        for (int j = 0; j < TILE; ++j)\n"
SECOND = "        __syncthreads();\n    }\n"
MISTAKES = {    # what: (kernel, its text, what stands there instead, what the report says)
    "no barrier after the tiles are filled": ("        __syncthreads();\n" + LOOP, LOOP, "not written|race"),
    "no barrier before they are filled again": (SECOND, "    }\n", "race"),
    "one row too many": ("row < rows &&", "row <= rows &&", "out of bounds"),
    "no guard of the inner size": ("start + j < inner ? A", "true ? A", "out of bounds"),
    "one column too many": ("column < columns) C", "column <= columns) C", "race|out of bounds"),
    "a row of the tile too long": ("As[i][j] =", "As[i][j + 2] =", "declared bounds"),
    "a tile that is not filled": ("e < TILE * TILE; e +=", "e < TILE * TILE - 1; e +=", "not written"),
    "a barrier for some": (LOOP, "if (threadIdx.x < 4) __syncthreads(); else __syncthreads();\n" + LOOP,
                           "divergent barrier"),
    "a thread that returns": (BEGIN, "    if (thread == 7) return;\n" + BEGIN, "have returned"),
    "a store to an input": (BEGIN, "    const_cast<Real*>(A)[thread] = 0;\n" + BEGIN, "const"),
    "blocks that store to one place": ("C[row * columns + column] =", "C[0] = 1; C[row * columns + column] =", "race"),
    "the wrong stride": ("C[row * columns + column] =", "C[row * rows + column] =", "race"),
    "a load that is not aligned": (BEGIN, "    float4 four = *(const float4*)(A + thread + 1);\n" + BEGIN
                                   + " if (four.x > 1e30f) C[0] = 1;", "misaligned"),
    "an int that overflows": ("const int column =", "const int big = (rows + 65536) * (rows + 65537), "
                                                    "column = (big == 3) +", "overflow"),
    "memory before an argument": ("A[(first + i) * inner + start + j]", "A[(first + i) * inner + start + j - 1]",
                                  "out of bounds"),
    "a lane that never comes": (BEGIN, "    if (thread % 32) __syncwarp();\n" + BEGIN,
                                "never come"),
    "lanes that wait at two places": (BEGIN, "    if (thread % 2) __syncwarp(); else __syncwarp();\n" + BEGIN,
                                      "different places"),
    "a mask that leaves the caller out": (BEGIN, "    __syncwarp(0x0000ffffu);\n" + BEGIN,
                                          "leaves it out"),
    "a shuffle from outside of the mask": (BEGIN, "    if (thread % 32 < 16) C[0] += __shfl_sync(0xffffu, 1.f,"
                                           " 20);\n" + BEGIN, "not in mask"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_caught(mistake):
    text, instead, said = MISTAKES[mistake]
    assert SOURCE.count(text) == 1
    with pytest.raises(KernelError, match=said) as caught:
        multiplied(module(SOURCE.replace(text, instead)).get_function("product"))
    assert "product.cu:" in str(caught.value) or "have returned" in str(caught.value)


def summed(kernel, blocks=5):
    x, parts = np.random.default_rng(2).standard_normal(1000).astype(np.float32), np.zeros(2 * blocks)
    out, counter = np.zeros(1), np.zeros(1, np.int32)
    kernel((blocks,), (64,), (x, parts, counter, out, np.int32(1000)))
    return out[0], x.sum(dtype=float)


@pytest.mark.parametrize("check", [False, True])
def test_the_last_block_may_read_what_the_others_stored(check):
    found, right = summed(module(check=check).get_function("over_blocks"))
    assert found == pytest.approx(right, rel=1e-12)


BETWEEN_BLOCKS = {
    "no fence": ("    __threadfence();\n", ""),
    "a fence by one thread only": ("    __threadfence();\n", "    if (thread == 0) __threadfence();\n"),
    "no barrier after the fence": ("    __threadfence();\n    __syncthreads();\n", "    __threadfence();\n"),
    "a store after the fence": ("    if (thread == 0) last",
                                "    if (thread == 1) parts[2 * blockIdx.x + 1] = 0;\n    if (thread == 0) last"),
    "a block that does not wait for the others": ("if (!last ||", "if (")}


@pytest.mark.parametrize("mistake", BETWEEN_BLOCKS)
def test_a_mistake_between_blocks_is_caught(mistake):
    text, instead = BETWEEN_BLOCKS[mistake]
    assert SOURCE.count(text) == 1
    with pytest.raises(KernelError, match=r"race|has not written"):
        summed(module(SOURCE.replace(text, instead)).get_function("over_blocks"))


def test_a_store_beside_the_memory_shows_without_checks():
    broken = SOURCE.replace("row < rows &&", "row <= rows &&")
    with pytest.raises(KernelError, match="store beside argument 2"):
        multiplied(module(broken, check=False).get_function("product"))


@pytest.mark.parametrize(("change", "said"), [
    ({2: np.zeros((37, 41))}, "argument 2: the kernel wants f4, got float64"),
    ({0: np.zeros((37, 58), np.float32)[:, ::2]}, "argument 0 is not contiguous"),
    ({3: 37}, "argument 3: the kernel wants a scalar i4, got int 37"),
    ({4: np.int64(29)}, "argument 4: the kernel wants a scalar i4"),
    ({1: [1.0]}, "argument 1: the kernel wants an array, got list"),
    ({5: None}, "argument 5: the kernel wants a scalar"),
    ({0: None}, "argument 0: CuPy hands over no address of None")])
def test_what_a_device_would_misread_is_refused(change, said):
    arguments = [np.zeros((37, 29), np.float32), np.zeros((29, 41), np.float32), np.zeros((37, 41), np.float32),
                 *map(np.int32, SIZES)]
    for k, value in change.items():
        arguments[k] = value
    with pytest.raises(KernelError, match=said):
        module(check=False).get_function("product")((3, 3), (16, 8), tuple(arguments))


def test_launches_that_no_device_takes_are_refused():
    kernel = module(check=False).get_function("total")
    for grid, block, shared in (((1,), (2048,), 0), ((0,), (32,), 0), ((1, 70000), (32,), 0), ((1,), (32,), 1 << 20)):
        with pytest.raises(KernelError, match="invalid launch"):
            kernel(grid, block, (np.zeros(4, np.float32), np.zeros(1, np.float32), np.int32(4)), shared_mem=shared)
    with pytest.raises(KernelError, match="takes 3 arguments, got 1"):
        kernel((1,), (32,), (np.zeros(4, np.float32),))


def test_sectors_tell_how_warps_meet_memory():
    """Neighbouring numbers are 4 sectors a warp, every eighth 32. A column of a padded tile meets every bank."""
    kernel, x, y = module().get_function("gathered"), guarded(4096, np.float32), guarded(4096, np.float32)
    loads = []
    for step in (1, 8):
        kernel((64,), (64,), (x, y, np.int32(step), np.int32(4096)), shared_mem=256, sectors=4)
        loads += [row[5:] for row in kernel.sectors() if row[1:3] == ("global", "load")]
    assert loads == [(32, 32), (256, 32)]
    product = module().get_function("product")
    multiplied(product, sectors=2)
    for line, space, act, _, _, units, ideal in product.sectors():
        if (space, act) == ("shared", "load"):
            assert units == ideal, line
