// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Random.h"
#include "core/formula/Formula.h"

#include <cstdint>
#include <vector>

namespace formulens {

/// A point at which a formula is compared with its network.
struct CheckPoint
{
    std::vector<double> variables; ///< in the numbers that the formula's variables stand for
    std::vector<double> inFile; ///< all input elements of the network, in the file's numbers
};

/// The points at which a formula is compared: its reference point, the two ends of the box, then random points of the
/// domain; inside the region where the formula holds in one. The same seed and sample are the same point.
class CheckPoints final
{
public:
    CheckPoints(const Formula& formula, std::size_t inputCount, std::uint64_t seed);

    CheckPoint at(std::size_t sample) const;
    CheckPoint reference() const;
    CheckPoint fromFile(const std::vector<double>& inFile) const; ///< a point of the network's inputs

    /// Of no region every point is part.
    bool referenceIsInRegion() const;

private:
    /// An inequality's affine function along the way from the reference point to a point.
    struct HalfSpace
    {
        std::vector<double> slopes;
        double atReference = 0;

        double size() const;
        double at(const std::vector<Variable>& variables, const std::vector<double>& point, double share) const;
    };

    void readRegion();
    void pullIntoRegion(std::vector<double>& variables) const;
    std::vector<double> inFile(const std::vector<double>& variables) const;

    const Formula& m_formula;
    std::size_t m_inputCount;
    Random m_random;
    std::vector<HalfSpace> m_region;
};

} // namespace formulens
