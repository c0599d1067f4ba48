"""A few words of LLVM for writing micro-kernels: vector loads, broadcasts, fused multiply-adds and loops.

Numba compiles a loop well, but it does not keep two dozen sums in registers by itself. What must stay there is written
with this emitter, as values that loops carry.

    e = Emitter(context, builder, float32)
    sums = e.loop(n, [start, zero], lambda i, s: [e.add(s[0], 16), e.fma(e.load(p, s[0]), w, s[1])])
"""
from typing import Any

from llvmlite import ir
from numba import extending
from numba.core import cgutils

from .host import BYTES, FMA

INT = ir.IntType(64)
intrinsic: Any = extending.intrinsic    # its first argument, the typing context, is not passed by callers


class Emitter:
    """Writes into a Numba intrinsic's builder; `width` numbers of the dtype make a vector."""

    def __init__(self, context, builder, dtype):
        self.context, self.b, self.dtype = context, builder, dtype
        self.number = ir.FloatType() if dtype.bitwidth == 32 else ir.DoubleType()
        self.suffix = f"f{dtype.bitwidth}"
        self.bytes = dtype.bitwidth // 8
        self.width = BYTES // self.bytes
        self.vector = ir.VectorType(self.number, self.width)
        self.zero = ir.Constant(self.vector, [0.0] * self.width)

    def pointer(self, array_type, value):
        """Where an array's numbers begin."""
        return self.context.make_array(array_type)(self.context, self.b, value).data

    def int(self, value):
        return value if isinstance(value, ir.Value) else ir.Constant(INT, value)

    def add(self, a, b):
        return self.b.add(self.int(a), self.int(b))

    def mul(self, a, b):
        return self.b.mul(self.int(a), self.int(b))

    def load(self, pointer, at):
        """The vector that begins at place `at`."""
        address = self.b.bitcast(self.b.gep(pointer, [self.int(at)]), self.vector.as_pointer())
        return self.b.load(address, align=self.bytes)

    def store(self, vector, pointer, at):
        address = self.b.bitcast(self.b.gep(pointer, [self.int(at)]), self.vector.as_pointer())
        self.b.store(vector, address, align=self.bytes)

    def load_one(self, pointer, at):
        return self.b.load(self.b.gep(pointer, [self.int(at)]), align=self.bytes)

    def store_one(self, number, pointer, at):
        self.b.store(number, self.b.gep(pointer, [self.int(at)]), align=self.bytes)

    def broadcast(self, number):
        """The number in every lane."""
        undefined = ir.Constant(self.vector, ir.Undefined)
        one = self.b.insert_element(undefined, number, ir.Constant(ir.IntType(32), 0))
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), self.width), [0] * self.width)
        return self.b.shuffle_vector(one, undefined, everywhere)

    def fma(self, a, b, c):
        """a b + c"""
        if not FMA:
            return self.b.fadd(self.b.fmul(a, b), c)
        signature = ir.FunctionType(self.vector, [self.vector] * 3)
        name = f"llvm.fma.v{self.width}{self.suffix}"
        return self.b.call(cgutils.get_or_insert_function(self.b.module, signature, name), [a, b, c])

    def plus(self, a, b):
        """a + b"""
        return self.b.fadd(a, b)

    def added_across(self, vectors):
        """At most `width` vectors as one, of the sums of their lanes: log2(width) rounds of adding even and odd."""
        vectors = [*vectors, *[self.zero] * (self.width - len(vectors))]
        index = ir.VectorType(ir.IntType(32), self.width)
        even, odd = (ir.Constant(index, list(range(start, 2 * self.width, 2))) for start in (0, 1))
        while len(vectors) > 1:
            pairs = zip(vectors[::2], vectors[1::2], strict=True)
            vectors = [self.plus(*(self.b.shuffle_vector(a, b, take) for take in (even, odd))) for a, b in pairs]
        return vectors[0]

    def transposed(self, rows):
        """`width` vectors as a square, transposed: log2(width) rounds of interleaving row i with row i + half."""
        half = self.width // 2
        index = ir.VectorType(ir.IntType(32), self.width)
        low, high = ([start + k // 2 + self.width * (k % 2) for k in range(self.width)] for start in (0, half))
        for _ in range(self.width.bit_length() - 1):
            pairs = [(rows[i], rows[i + half]) for i in range(half)]
            rows = [self.b.shuffle_vector(a, b, ir.Constant(index, take)) for a, b in pairs for take in (low, high)]
        return rows

    def keep_above(self, vector, at):
        """0 where `at` is at most zero, else the vector; nan lets it pass."""
        return self.b.select(self.b.fcmp_ordered("<=", at, self.zero), self.zero, vector)

    def at_least_zero(self, vector):
        """max(vector, 0); nan stays nan."""
        return self.b.select(self.b.fcmp_ordered("<", vector, self.zero), self.zero, vector)

    def loop(self, count, state, body):
        """for i in range(count): state = body(i, state), for a list of values; returns the last state."""
        b, before = self.b, self.b.block
        head, inside, after = (b.function.append_basic_block(name) for name in ("head", "inside", "after"))
        b.branch(head)
        b.position_at_end(head)
        i = b.phi(INT)
        i.add_incoming(self.int(0), before)
        carried = [b.phi(value.type) for value in state]
        for phi, value in zip(carried, state, strict=True):
            phi.add_incoming(value, before)
        b.cbranch(b.icmp_signed("<", i, self.int(count)), inside, after)
        b.position_at_end(inside)
        new = body(i, list(carried))
        i.add_incoming(b.add(i, self.int(1)), b.block)
        for phi, value in zip(carried, new, strict=True):
            phi.add_incoming(value, b.block)
        b.branch(head)
        b.position_at_end(after)
        return carried

    def switch(self, choice, cases, body):
        """Runs body(case) for the case, of a list of ints, that equals `choice`; nothing for any other value."""
        b = self.b
        after = b.function.append_basic_block("after_switch")
        table = b.switch(choice, after)
        for case in cases:
            block = b.function.append_basic_block(f"case_{case}")
            table.add_case(ir.Constant(INT, case), block)
            b.position_at_end(block)
            body(case)
            b.branch(after)
        b.position_at_end(after)

    def choose(self, name, choice, cases, arguments, body):
        """Calls body(emitter, case, *arguments) for the case that equals `choice`. Each case is a function of its own:
        in one piece with the loops around them, two dozen tiles took the compiler 20 s instead of 12."""
        def call(case):
            kind = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
            function = ir.Function(self.b.module, kind, self.b.module.get_unique_name(f"{name}_{case}"))
            function.linkage = "internal"
            function.attributes.add("noinline")
            inside = Emitter(self.context, ir.IRBuilder(function.append_basic_block()), self.dtype)
            body(inside, case, *function.args)
            inside.b.ret_void()
            self.b.call(function, arguments)

        self.switch(choice, cases, call)
