// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/worker/Hdf5Walk.h"
#include "core/worker/Serve.h"

#include <string>
#include <vector>

/// What may explode runs here: within limits, and killed without harm to the program that asked.
int main(int argc, char** argv)
{
    return formulens::worker::serve(std::vector<std::string>(argv + 1, argv + argc), formulens::worker::hdf5Message);
}
