// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/EquationsBuilder.h"
#include "core/equations/Slice.h"

namespace formulens {

/// Pushes affine forms through the steps of a slice, tensor by tensor.
///
/// Fold only where it does not grow
/// --------------------------------
/// Linear steps fold into their readers by themselves. That is wrong where many readers would each hold the terms that
/// one sum holds now (a linear bottleneck), and where a function of several operands reads it: there the tensor's
/// elements become named sums. The terms are counted from shapes: with n elements holding t terms in all over s
/// different units, and readers that make m elements from r reads, folding gives about m * min(s, r/m * t/n) terms,
/// naming t + r.
class Derivation
{
public:
    Derivation(const PreparedNetwork& network, const EquationsRequest& request, Slice slice);

    Result<std::shared_ptr<const Equations>> run(const Progress& progress);

private:
    struct Readers
    {
        double reads = 0;
        double elements = 0;
        bool joint = false;
    };

    void countReaders();
    void provideInputs();
    void materialise(TensorIndex tensor);
    Result<void> push(std::size_t step);
    bool namingIsSmaller(TensorIndex tensor) const;
    void nameSums(TensorIndex tensor);
    void recordNames(TensorIndex tensor);
    void letGo(std::size_t step);
    std::shared_ptr<const Equations> collected();

    const PreparedNetwork& m_network;
    const EquationsRequest& m_request;
    Slice m_slice;
    Units m_units;
    EquationsBuilder m_builder;
    std::vector<ElementReference> m_outputs;
    std::vector<std::vector<Affine>> m_values; ///< by tensor
    std::vector<Readers> m_readers; ///< by tensor
    std::vector<std::size_t> m_lastReader; ///< by tensor: the step after which it is let go
    std::vector<char> m_rulesUsed;
};

} // namespace formulens
