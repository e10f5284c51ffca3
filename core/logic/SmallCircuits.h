// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Gates.h"

namespace formulens::logic {

/// The fewest gates of two operands for the function of three inputs with these eight rows (bit r is row r): NANDs, or
/// ANDs and NOTs. Taken from a table that an exhaustive search over all sets of functions made (the test makes it
/// again); the gates of other orders of the inputs follow by exchanging them.
/// A constant or an input is a netlist without gates.
Netlist smallestCircuit(GateBasis basis, std::uint8_t rows);

} // namespace formulens::logic
