"""Calling compiled kernels without Python: a block of plain numbers, a door that reads it, a loop over many.

    block    a kernel's address, then its arguments as Numba passes them, a word each: of an array its address, size,
             shape and strides
    door     a few instructions that load the words and call the kernel; one for each row of kinds of words
    loop     run(table, count): rows of door and block, one after the other
"""
import ctypes
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.np.numpy_support import as_dtype

WORD, STATUS = ir.IntType(64), ir.IntType(32)
WORDS, DOOR = WORD.as_pointer(), ir.FunctionType(STATUS, [WORD.as_pointer()])
KINDS = {"i": WORD, "f": ir.FloatType(), "d": ir.DoubleType()}    # addresses and integers, float32, float64
libraries: list = []    # which hold the code


def block_of(kernel, arguments):
    """(kinds of the words, block) of a call, the kernel's address before its arguments."""
    found: Any = tuple(kernel.typeof_pyval(argument) for argument in arguments)
    compiled = kernel.overloads[found]
    pairs = [pair for type_, argument in zip(found, arguments, strict=True) for pair in flat(type_, argument)]
    address = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
    return "".join(kind for kind, _ in pairs), np.array([address, *(word for _, word in pairs)], np.int64)


def flat(type_: Any, argument) -> list:
    """An argument as Numba passes it: (kind, word) pairs."""
    if isinstance(argument, tuple):
        return [pair for k, value in enumerate(argument) for pair in flat(type_[k], value)]
    if isinstance(type_, types.Array):
        words = 0, 0, argument.size, argument.itemsize, argument.ctypes.data, *argument.shape, *argument.strides
        return [("i", word) for word in words]
    dtype, word = as_dtype(type_), np.zeros(1, np.int64)
    word.view(dtype)[0] = argument    # the word's first bytes
    return [({"float32": "f", "float64": "d"}.get(dtype.name, "i"), int(word[0]))]


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


@cache
def door(kinds):
    """The address of a function (block) that calls the block's kernel with words of these kinds."""
    nothing = ir.IntType(8).as_pointer()    # what a kernel would return, and the exception it would raise
    kernel_type = ir.FunctionType(STATUS, [nothing.as_pointer()] * 2 + [KINDS[kind] for kind in kinds])

    def write(b, arguments):
        def word(k, kind):
            return b.load(b.bitcast(b.gep(arguments[0], [WORD(k)]), kind.as_pointer()))

        values = [word(k + 1, KINDS[kind]) for k, kind in enumerate(kinds)]
        b.ret(b.call(word(0, kernel_type.as_pointer()), [b.alloca(nothing), b.alloca(nothing), *values]))

    return compile_function(f"nanoae_door_{kinds}", DOOR, write)


@cache
def loop():
    """run(table, count), a status: the rows one after the other, up to one that fails."""
    def write(b, arguments):
        table, count = arguments
        start = b.block
        head, inside, after = map(b.append_basic_block, ("head", "inside", "after"))
        b.branch(head)
        b.position_at_end(head)
        i, status = b.phi(WORD), b.phi(STATUS)
        b.cbranch(b.and_(b.icmp_signed("<", i, count), b.icmp_signed("==", status, STATUS(0))), inside, after)
        b.position_at_end(inside)
        place, block = (b.load(b.gep(table, [b.add(b.mul(i, WORD(2)), WORD(k))])) for k in range(2))
        found = b.call(b.inttoptr(place, DOOR.as_pointer()), [b.inttoptr(block, WORDS)])
        for value, first, later in ((i, WORD(0), b.add(i, WORD(1))), (status, STATUS(0), found)):
            value.add_incoming(first, start)
            value.add_incoming(later, inside)
        b.branch(head)
        b.position_at_end(after)
        b.ret(status)

    address = compile_function("nanoae_loop", ir.FunctionType(STATUS, [WORDS, WORD]), write)
    return ctypes.PYFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_int64)(address)
