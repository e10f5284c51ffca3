// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace formulens {

/// Several lambdas as one visitor of a std::variant.
template <class... Functions>
struct Overloaded : Functions...
{
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

} // namespace formulens
