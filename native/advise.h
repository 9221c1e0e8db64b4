// Telling the system what will be read.
#pragma once

#include "source.h"

namespace visiomatic {

// Asks for the pages of a mapped source to be read in the background. Harmless for any other memory.
void will_need(const Source& source) noexcept;

}  // namespace visiomatic
