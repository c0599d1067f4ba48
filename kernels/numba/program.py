"""A recording as a program, so that a step costs one call from Python and not one for each kernel.

    door       a few instructions that load a kernel's arguments from a block of plain numbers, and call it
    entry      the addresses of a door and of a block, and how many threads the kernel may have
    program    entries one after the other, run by one compiled loop

A block holds the kernel's address and then its arguments as Numba passes them: of an array its address, size, shape and
strides. What is no compiled kernel, a borrowed one or a layer of one's own, is called from Python in between.

Threads have to wait for each other at every kernel, and small kernels lose more by that than they gain. So the first
replays are timed, entry by entry, with all threads and with one; the bits are the same.
"""
import ctypes
import time
from contextlib import contextmanager
from functools import cache
from itertools import groupby

import numpy as np
from llvmlite import binding, ir
from numba import get_num_threads, types
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.np.ufunc import parallel

from ..recording import note, recording
from .host import THREADS

WORD, STATUS = ir.IntType(64), ir.IntType(32)
WORDS = WORD.as_pointer()
TRIALS = 6    # replays that are timed, half of them with one thread
SMALL = 5e-5    # seconds; kernels that take longer have all threads, whatever a noisy trial said


@contextmanager
def capture():
    """What kernels do inside `with`, done once more by `replay()` of the program that is given."""
    program = Program()
    with recording() as calls:
        yield program
    program.calls = calls


class Program:
    """The kernel calls of one walk. `replay()` makes them again: the same arrays, the same bits."""

    def __init__(self):
        self.calls, self.pieces = [], None
        self.trials = TRIALS if THREADS > 1 else 0

    def replay(self):
        """All calls, in their order; raises what a Python function among them raises."""
        note(self.calls)
        if self.pieces is None:
            self.pieces = [piece for compiled, some in groupby(self.calls, is_compiled)
                           for piece in ([Entries(list(some))] if compiled else some)]
        timed = self.trials > 0 and get_num_threads() > 1
        for piece in self.pieces:
            if not isinstance(piece, Entries):
                function, arguments = piece
                function(*arguments)
            elif timed:
                piece.time(alone=self.trials % 2 == 1)
            else:
                piece.run()
        if timed:
            self.trials -= 1
            if self.trials == 0:
                for piece in self.pieces:
                    if isinstance(piece, Entries):
                        piece.settle()

    def seconds(self):
        """[(kernel's name, least seconds with all threads, with one)] of the compiled entries, after the trials."""
        return [row for piece in self.pieces or () if isinstance(piece, Entries) for row in piece.rows()]


class Entries:
    """Compiled kernels in a row. table (count, 3) of int64: door, block, threads."""

    def __init__(self, calls):
        self.calls = calls    # which hold the arrays
        self.blocks = [block_of(*call) for call in calls]
        self.table = np.array([(door(signature), block.ctypes.data, THREADS) for signature, block in self.blocks])
        self.least = np.full((2, len(calls)), np.inf)
        self.loop = loop()

    def run(self):
        self.loop(self.table.ctypes.data, len(self.table))

    def time(self, alone):
        """Each entry for itself, on one thread or on all, timed."""
        self.table[:, 2] = 1 if alone else THREADS
        at, size = self.table.ctypes.data, self.table.strides[0]
        for k in range(len(self.table)):
            began = time.perf_counter()
            self.loop(at + k * size, 1)
            self.least[int(alone), k] = min(self.least[int(alone), k], time.perf_counter() - began)

    def settle(self):
        self.table[:, 2] = np.where(self.least[1] <= np.minimum(self.least[0], SMALL), 1, THREADS)

    def rows(self):
        return [(kernel.__name__, *self.least[:, k]) for k, (kernel, _) in enumerate(self.calls)]


def is_compiled(call):
    return hasattr(call[0], "overloads")


def block_of(kernel, arguments):
    """(LLVM type, block) of a call: the kernel's address, then its arguments, a word each."""
    kinds = tuple(kernel.typeof_pyval(argument) for argument in arguments)
    compiled = kernel.overloads[kinds]
    address = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
    words = [address, *(word for kind, argument in zip(kinds, arguments, strict=True) for word in flat(kind, argument))]
    context = compiled.target_context
    return context.call_conv.get_function_type(types.none, kinds), np.array(words, np.int64)


def flat(kind, argument):
    """An argument as the words that Numba passes."""
    if isinstance(kind, types.Array):
        return (0, 0, argument.size, argument.itemsize, argument.ctypes.data, *argument.shape, *argument.strides)
    if isinstance(kind, types.BaseTuple):
        return [word for one, value in zip(kind, argument, strict=True) for word in flat(one, value)]
    number = np.zeros(8, np.uint8)
    raw = np.array(argument, str(kind)).tobytes()
    number[:len(raw)] = np.frombuffer(raw, np.uint8)
    return (int(number.view(np.int64)[0]),)


doors: dict = {}    # signature -> address
libraries: list = []    # which hold the code


def compile_function(name, kind, write):
    """The address of a function that write(builder, arguments) fills in."""
    with global_compiler_lock:
        library = cpu_target.target_context.codegen().create_library(name)
        module = library.create_ir_module(name)
        function = ir.Function(module, kind, name)
        write(ir.IRBuilder(function.append_basic_block()), function.args)
        library.add_ir_module(module)
        library.finalize()
    libraries.append(library)
    return library.get_pointer_to_function(name)


def door(signature):
    """The address of a function (block) that calls a kernel of this LLVM type."""
    if str(signature) not in doors:
        def write(b, arguments):
            def word(k):
                return b.gep(arguments[0], [WORD(k)])

            kernel = b.load(b.bitcast(word(0), signature.as_pointer().as_pointer()))
            result, problem = (b.alloca(kind.pointee) for kind in signature.args[:2])
            values = [b.load(b.bitcast(word(k + 1), kind.as_pointer())) for k, kind in enumerate(signature.args[2:])]
            b.ret(b.call(kernel, [result, problem, *values]))

        doors[str(signature)] = compile_function(f"nanoae_door_{len(doors)}", ir.FunctionType(STATUS, [WORDS]), write)
    return doors[str(signature)]


@cache
def loop():
    """run(table, count): the entries one after the other, none with more threads than are allowed just now."""
    parallel._launch_threads()
    get = ir.FunctionType(STATUS, [])
    set_to = ir.FunctionType(ir.VoidType(), [STATUS])

    def external(b, name, kind):
        return b.inttoptr(WORD(binding.address_of_symbol(name)), kind.as_pointer())

    def write(b, arguments):
        table, count = arguments
        most = b.call(external(b, "get_num_threads", get), [])
        start = b.block
        head, inside, change, go, after = (b.append_basic_block(name) for name in ("head", "inside", "change", "go",
                                                                                   "after"))
        b.branch(head)
        b.position_at_end(head)
        i, now = b.phi(WORD), b.phi(STATUS)
        b.cbranch(b.icmp_signed("<", i, count), inside, after)
        b.position_at_end(inside)
        place, block, threads = (b.load(b.gep(table, [b.add(b.mul(i, WORD(3)), WORD(k))])) for k in range(3))
        wanted = b.trunc(threads, STATUS)
        wanted = b.select(b.icmp_signed("<", wanted, most), wanted, most)
        b.cbranch(b.icmp_signed("==", wanted, now), go, change)
        b.position_at_end(change)
        b.call(external(b, "set_num_threads", set_to), [wanted])
        b.branch(go)
        b.position_at_end(go)
        b.call(b.inttoptr(place, ir.FunctionType(STATUS, [WORDS]).as_pointer()), [b.inttoptr(block, WORDS)])
        for value, first, later in ((i, WORD(0), b.add(i, WORD(1))), (now, most, wanted)):
            value.add_incoming(first, start)
            value.add_incoming(later, go)
        b.branch(head)
        b.position_at_end(after)
        b.call(external(b, "set_num_threads", set_to), [most])
        b.ret(STATUS(0))

    address = compile_function("nanoae_loop", ir.FunctionType(STATUS, [WORDS, WORD]), write)
    return ctypes.PYFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_int64)(address)
