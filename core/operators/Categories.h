// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/Network.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace formulens {

/// The texts that a tensor of texts may hold; the number of a text is its place. One more number, the count, stands for
/// every other text.
using Categories = std::shared_ptr<const std::vector<std::string>>;

/// Inputs of texts whose every use is a choice among texts that the file names (OneHotEncoder, LabelEncoder), perhaps
/// after moving them about: they can be computed with, as numbers of categories. Inputs that are joined share one list.
std::map<TensorIndex, Categories> categoriesOfInputs(const Network& network);

} // namespace formulens
