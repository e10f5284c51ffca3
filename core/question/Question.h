// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"
#include "core/numbers/Interval.h"

#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// Free: stays a variable (the user reads "varies"). Held: set to its reference value ("fixed").
enum class Role
{
    Free,
    Held
};

/// Where an input may lie, in the file's own numbers.
struct Domain
{
    enum class Kind
    {
        Interval, ///< every real number from lower to upper
        Whole, ///< the whole numbers from lower to upper
        Set ///< exactly `values`, ascending
    };

    Kind kind = Kind::Interval;
    Interval range{-1, 1}; ///< the hull, whatever the kind
    std::vector<double> values; ///< of a set

    friend bool operator==(const Domain& a, const Domain& b)
    {
        return a.kind == b.kind && a.range.lower == b.range.lower && a.range.upper == b.range.upper
            && a.values == b.values;
    }
};

/// Why the domain is what it is; Assumed is marked amber until it is confirmed.
enum class DomainSource
{
    SideFile,
    FileRanges,
    Clip,
    MinMaxScaler,
    Standardiser,
    Data,
    Typed, ///< by the user, also by confirming
    Assumed
};

/// Scaling that is not in the file: physical value = offset + scale * number in the file.
struct Scaling
{
    double offset = 0;
    double scale = 1;

    bool isIdentity() const { return offset == 0 && scale == 1; }
    /// What a number in the file is physically, and back.
    double physical(double inFile) const { return isIdentity() ? inFile : offset + scale * inFile; }
    double inFile(double physical) const { return isIdentity() ? physical : (physical - offset) / scale; }
    friend bool operator==(const Scaling&, const Scaling&) = default;
};

/// What is known and asked of one input element.
struct InputQuantity
{
    std::string name; ///< the side file's or the user's, else the element's name in the file
    std::string symbol; ///< wished for; empty: by the rule of UX
    std::string description; ///< for the legend
    std::string unit; ///< of the physical value; may be empty
    Role role = Role::Free;
    Domain domain;
    DomainSource source = DomainSource::Assumed;
    double reference = 0; ///< in the file's own numbers
    Scaling scaling;
    std::vector<std::string> classes; ///< labels of a set's values, or empty

    friend bool operator==(const InputQuantity&, const InputQuantity&) = default;
};

/// What is known of one element of the network's outputs.
struct OutputQuantity
{
    ElementReference element;
    std::string name;
    std::string symbol;
    std::string description;
    std::string unit;
    std::optional<Interval> range; ///< expected, in the file's own numbers
    Scaling scaling;
    std::vector<std::string> classes; ///< of an output that is a class number

    friend bool operator==(const OutputQuantity& a, const OutputQuantity& b)
    {
        const auto sameRange = a.range.has_value() == b.range.has_value()
            && (!a.range || (a.range->lower == b.range->lower && a.range->upper == b.range->upper));
        return sameRange && a.element == b.element && a.name == b.name && a.symbol == b.symbol
            && a.description == b.description && a.unit == b.unit && a.scaling == b.scaling && a.classes == b.classes;
    }
};

/// What is asked of a network: of which elements, over which inputs, where.
struct Question
{
    std::vector<InputQuantity> inputs; ///< one an input element of the network, in their order
    std::vector<OutputQuantity> outputs; ///< one an element of the graph's outputs, flat, in the file's order
    std::vector<ElementReference> selected; ///< outputs or neurons that the formula is about

    friend bool operator==(const Question&, const Question&) = default;

    /// Positions of the inputs that vary, ascending.
    std::vector<std::size_t> freeInputs() const
    {
        std::vector<std::size_t> positions;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (inputs[i].role == Role::Free)
                positions.push_back(i);
        return positions;
    }

    std::vector<double> referencePoint() const
    {
        std::vector<double> point;
        point.reserve(inputs.size());
        for (const auto& input : inputs)
            point.push_back(input.reference);
        return point;
    }

    std::vector<Interval> ranges() const
    {
        std::vector<Interval> box;
        box.reserve(inputs.size());
        for (const auto& input : inputs)
            box.push_back(input.domain.range);
        return box;
    }
};

} // namespace formulens
