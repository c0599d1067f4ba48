// The switch of fibers, for each processor: registers that a call must leave alone go onto one stack and come from another.
#pragma once

#if defined(__x86_64__)
asm(".text\n.globl device_switch\n.type device_switch,@function\ndevice_switch:\n"
    "push %rbp\npush %rbx\npush %r12\npush %r13\npush %r14\npush %r15\n"
    "mov %rsp,(%rdi)\nmov %rsi,%rsp\n"
    "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbx\npop %rbp\nret\n"
    ".size device_switch,.-device_switch\n");
constexpr int RETURNS_TO = 6, ROOM = 8;    // words: the place of the return address, all that is taken from a stack
#elif defined(__aarch64__)
asm(".text\n.globl device_switch\n.type device_switch,%function\ndevice_switch:\n"
    "sub sp,sp,#176\nstp x19,x20,[sp,#0]\nstp x21,x22,[sp,#16]\nstp x23,x24,[sp,#32]\nstp x25,x26,[sp,#48]\n"
    "stp x27,x28,[sp,#64]\nstp x29,x30,[sp,#80]\nstp d8,d9,[sp,#96]\nstp d10,d11,[sp,#112]\n"
    "stp d12,d13,[sp,#128]\nstp d14,d15,[sp,#144]\nmov x9,sp\nstr x9,[x0]\nmov sp,x1\n"
    "ldp x19,x20,[sp,#0]\nldp x21,x22,[sp,#16]\nldp x23,x24,[sp,#32]\nldp x25,x26,[sp,#48]\n"
    "ldp x27,x28,[sp,#64]\nldp x29,x30,[sp,#80]\nldp d8,d9,[sp,#96]\nldp d10,d11,[sp,#112]\n"
    "ldp d12,d13,[sp,#128]\nldp d14,d15,[sp,#144]\nadd sp,sp,#176\nret\n");
constexpr int RETURNS_TO = 11, ROOM = 22;
#else
#error "no switch of fibers is written for this processor"
#endif
