// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace formulens::fann {

struct Connection
{
    std::size_t from = 0; ///< a neuron, counted over all layers
    double weight = 0;
};

struct Neuron
{
    int activation = 0; ///< by FANN's numbers
    double steepness = 0;
    std::vector<Connection> connections; ///< none: its value is 1
};

/// x' = ((x - mean) / deviation + 1) * factor + least, for inputs; outputs the other way round.
struct Scaling
{
    std::vector<double> means;
    std::vector<double> deviations;
    std::vector<double> least;
    std::vector<double> factors;
};

/// What the file says, checked: connections come from earlier layers, counts agree.
struct File
{
    std::vector<std::size_t> layerSizes; ///< with bias neurons
    bool isShortcut = false;
    std::vector<Neuron> neurons;
    bool isScaled = false;
    Scaling inputs;
    Scaling outputs;
};

/// Throws ImportError.
File parse(std::string_view content);

} // namespace formulens::fann
