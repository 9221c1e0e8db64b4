// Reading a mapped file that another process truncates raises SIGBUS. Code run by guarded() survives it.
#pragma once

#include <type_traits>

namespace visiomatic {

// Calls work(context); false when a page of it could not be read. What was written until then stays.
// The work must not hold anything that needs a destructor: the way out is a long jump.
bool run_guarded(void (*work)(void*), void* context) noexcept;

template <class Work>
bool guarded(Work work) noexcept {
    static_assert(std::is_trivially_destructible_v<Work>, "a long jump skips destructors");
    return run_guarded([](void* context) { (*static_cast<Work*>(context))(); }, &work);
}

}  // namespace visiomatic
