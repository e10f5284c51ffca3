// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/exporters/CodeLanguage.h"
#include "core/exporters/ScalarCode.h"

#include <map>
#include <string>
#include <vector>

namespace formulens {

/// The inside of the function that computes a formula: inputs x, layers, definitions, and the value of each result.
/// Runs of neurons that read the same values become arrays and loops, everything else straight-line code.
class CodeBody
{
public:
    CodeBody(const Formula& formula, const CodeLanguage& language, Identifiers& identifiers);

    Result<void> write();

    const std::string& statements() const { return m_statements; }
    const std::vector<std::string>& results() const { return m_results; } ///< the value of each, as text
    const std::set<FunctionId>& used() const { return m_scalars.used(); }
    bool readsInputs() const { return m_readsInputs; }

private:
    struct Place
    {
        std::string array;
        std::size_t index = 0;
    };
    struct Run
    {
        std::size_t first = 0; ///< in m_needed
        std::size_t count = 1;
        bool isDense = false;
    };

    void findNeeded();
    Result<void> checkSymbols() const;
    std::vector<Run> runs() const;
    std::size_t denseRunFrom(std::size_t first) const;
    const Definition& needed(std::size_t position) const { return m_formula.definitions[m_needed[position]]; }

    std::set<std::string> neededLayers() const;
    Result<void> writeLayers();
    std::size_t inputCount(std::size_t known) const;
    void writeInputVector(std::size_t count);
    void declareInputs(const std::vector<Run>& runs);
    void writeDense(const Run& run);
    void sourceOf(const std::vector<std::string>& symbols, DenseStep& step);
    bool place(const std::string& symbol, Place& place) const;

    const Formula& m_formula;
    const CodeLanguage& m_language;
    Identifiers& m_identifiers;
    ScalarCode m_scalars;
    std::vector<std::size_t> m_needed; ///< definitions that a result depends on, ascending
    std::set<std::string> m_symbols; ///< that they and the results use
    std::map<std::string, Place> m_places; ///< elements of arrays, by symbol
    std::map<std::string, std::string> m_layerArrays; ///< by layer symbol
    std::map<std::string, std::string> m_text; ///< of a symbol with a name of its own
    std::string m_statements;
    std::vector<std::string> m_results;
    bool m_readsInputs = false;
};

} // namespace formulens
