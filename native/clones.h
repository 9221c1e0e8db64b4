// One source, several instruction sets: the loader picks the best clone of a function for the processor it runs on.
#pragma once

#if defined(VISIOMATIC_CLONES)
#define VISIOMATIC_CLONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VISIOMATIC_CLONED
#endif

// A loop body shared by several cloned functions must be inlined into each of them to be compiled for its target.
#define VISIOMATIC_INLINE inline __attribute__((always_inline))
