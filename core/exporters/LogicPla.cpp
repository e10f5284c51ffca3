// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Identifiers.h"
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"
#include "core/exporters/Utf8.h"

#include <map>
#include <span>

/* Berkeley's PLA format, type fd: a line a product, with '1' for the results that it belongs to, '-' for those whose
 * don't-cares it holds, and '0' for those that it says nothing about. A row under both '1' and '-' is a don't-care.
 */

namespace formulens {

namespace {

std::string cubeText(const logic::Cube& cube, int inputs)
{
    std::string text;
    for (int input = 0; input < inputs; ++input) {
        const std::uint32_t bit = logic::inputBit(inputs, input);
        const char value = (cube.value & bit) != 0 ? '1' : '0';
        text += (cube.mask & bit) != 0 ? value : '-';
    }
    return text;
}

/// The rows that need no value, as products. Nothing can stop this, so there is always a cover.
logic::Cover dontCares(const logic::LogicFunction& function)
{
    const logic::TruthTable rows = ~function.care;
    return logic::irredundantCover(rows, rows).value();
}

using Products = std::map<logic::Cube, std::string>;

Products productsOf(const LogicText& text)
{
    Products products;
    const std::string none(text.forms.size(), '0');
    const auto add = [&](const logic::Cover& cover, std::size_t result, char value) {
        for (const logic::Cube& cube : cover)
            products.try_emplace(cube, none).first->second[result] = value;
    };
    for (std::size_t i = 0; i < text.forms.size(); ++i) {
        add(text.forms[i]->cover, i, '1');
        add(dontCares(text.answer.results[i].function), i, '-');
    }
    return products;
}

std::string nameLine(std::string_view key, const std::vector<std::string>& names)
{
    std::string line(key);
    for (const std::string& name : names)
        line += " " + name;
    return line + "\n";
}

} // namespace

std::string writeLogicPla(const LogicText& text)
{
    Identifiers identifiers(std::span<const std::string_view>{});
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    for (const LogicInput& input : text.answer.inputs)
        inputs.push_back(identifiers.distinct(input.symbol));
    for (const LogicResult& result : text.answer.results)
        outputs.push_back(identifiers.distinct(result.symbol));
    std::string written;
    for (const std::string& line : factsOf(text.answer, text.forms))
        written += "# " + harmless(line) + "\n";
    const Products products = productsOf(text);
    written += ".i " + std::to_string(inputs.size()) + "\n.o " + std::to_string(outputs.size()) + "\n";
    written += nameLine(".ilb", inputs) + nameLine(".ob", outputs);
    written += ".type fd\n.p " + std::to_string(products.size()) + "\n";
    for (const auto& [cube, values] : products)
        written += cubeText(cube, static_cast<int>(inputs.size())) + " " + values + "\n";
    return written + ".e\n";
}

} // namespace formulens
