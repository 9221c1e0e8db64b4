#include "guard.h"

#include <atomic>
#include <csetjmp>
#include <csignal>
#include <mutex>

namespace visiomatic {
namespace {

// The only state of the kernel. A handler may not allocate, and the first access to a thread-local of a loaded
// library can: initial-exec storage is there from the start of each thread.
#if defined(__ELF__)
__attribute__((tls_model("initial-exec")))
#endif
thread_local sigjmp_buf* way_out = nullptr;

struct sigaction previous;
std::mutex installing;
std::atomic<bool> handed_over{false};

// Outside guarded code the fault belongs to whoever handled it before us: the instruction runs again under that
// handler. A second time means that it came back to us, so the default action ends the process.
void hand_over() noexcept {
    if (handed_over.exchange(true)) {
        std::signal(SIGBUS, SIG_DFL);
    } else {
        sigaction(SIGBUS, &previous, nullptr);
    }
}

void on_fault(int, siginfo_t*, void*) {
    if (way_out != nullptr) {
        siglongjmp(*way_out, 1);
    }
    hand_over();
}

bool installed() noexcept {
    struct sigaction current = {};
    sigaction(SIGBUS, nullptr, &current);
    return (current.sa_flags & SA_SIGINFO) != 0 && current.sa_sigaction == on_fault;
}

// Others (faulthandler, for one) may take the signal after us, so this is checked at every call: 0.1 µs.
void install() noexcept {
    if (installed()) {
        return;
    }
    const std::lock_guard<std::mutex> lock(installing);
    if (installed()) {
        return;
    }
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;  // not deferred: the long jump restores no signal mask
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous);
}

}  // namespace

bool run_guarded(void (*work)(void*), void* context) noexcept {
    install();
    sigjmp_buf here;
    sigjmp_buf* const outer = way_out;
    if (sigsetjmp(here, 0) != 0) {
        way_out = outer;
        return false;
    }
    way_out = &here;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    work(context);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    way_out = outer;
    return true;
}

}  // namespace visiomatic
