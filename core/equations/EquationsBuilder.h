// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"

#include <unordered_map>

namespace formulens {

/// Turns a filled store into flat equations: what no output needs is left out, and a named sum that turns out to be the
/// whole operand of one single reader is put back in its place.
class EquationsBuilder
{
public:
    explicit EquationsBuilder(const Units& units) : m_units(units) { }

    /// `element` has the value of the unit behind `term`; the first name given is the one the unit was made for.
    void addName(ElementReference element, TermId term) { m_names.emplace_back(element, term); }
    void addOutput(ElementReference element, const Affine& value) { m_outputs.emplace_back(element, value.form()); }
    void addRecognised(std::string words) { m_recognised.push_back(std::move(words)); }

    std::shared_ptr<const Equations> build();

private:
    void findNeeded();
    void inlineNamedSums();
    void addUnits();
    void addNames();
    std::uint32_t addForm(const SharedForm& form);
    SharedForm resolved(const SharedForm& form, bool soleOperand) const;

    const Units& m_units;
    std::vector<std::pair<ElementReference, TermId>> m_names;
    std::vector<std::pair<ElementReference, SharedForm>> m_outputs;
    std::vector<std::string> m_recognised;
    std::vector<char> m_needed; ///< by unit
    std::vector<char> m_inlined; ///< by unit
    std::vector<TermId> m_newIds; ///< by old term id
    std::unordered_map<const AffineForm*, std::uint32_t> m_formNumbers;
    std::shared_ptr<Equations> m_equations;
};

} // namespace formulens
