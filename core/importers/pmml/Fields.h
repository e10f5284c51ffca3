// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/pmml/Functions.h"
#include "core/importers/pmml/Xml.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace formulens::pmml {

/// The points of a NormContinuous, from its field to the normalised value.
struct Knots
{
    std::vector<double> from;
    std::vector<double> to;
    bool isCut = false; ///< outside of the points it stays at the outermost ones
};
Knots knotsOf(const pugi::xml_node& normContinuous);
/// The piecewise linear function through the knots.
TensorIndex addKnots(GraphBuilder& graph, TensorIndex x, const Knots& knots, const std::string& name);

/// The fields of a document as tensors of shape [N, 1]: inputs, and what is derived from them.
class Fields
{
public:
    Fields(GraphBuilder& graph, const pugi::xml_node& document, const pugi::xml_node& model);

    /// The value of a field, by its name.
    TensorIndex value(const std::string& field, const pugi::xml_node& place);
    /// 1 where the field has this value, else 0.
    TensorIndex isValue(const std::string& field, const std::string& value, const pugi::xml_node& place);
    /// What a DerivedField or a part of it computes.
    TensorIndex expression(const pugi::xml_node& node, const std::string& name);

    /// The DerivedField of this name; empty where there is none.
    pugi::xml_node derived(const std::string& name) const;
    /// Whether the model or the data dictionary calls the values of this field ordered.
    bool isOrdinal(const std::string& name) const;

    void warn(const std::string& words);
    std::vector<std::string> takeWarnings() { return std::move(m_warnings); }

private:
    struct Field
    {
        pugi::xml_node dictionary; ///< its DataField
        TensorIndex tensor;
        bool isCoded = false; ///< the tensor holds numbers of values
        std::vector<std::string> values;
        std::map<std::string, std::size_t> numbers; ///< by value: its place in that list
    };

    void addInput(const pugi::xml_node& dataField, const pugi::xml_node& miningField);
    std::vector<std::string> mentioned(const pugi::xml_node& dataField);
    void noteValues(Field& field, TensorIndex tensor);
    void noteInterval(const Field& field, TensorIndex tensor);
    TensorIndex withoutOutliers(TensorIndex x, const pugi::xml_node& miningField, const std::string& name);
    void define(const pugi::xml_node& place);

    Value fieldValue(const std::string& field, const pugi::xml_node& place);
    Value inputValue(const Field& field, const std::string& name, const pugi::xml_node& place);
    Value derivedValue(const std::string& name, const pugi::xml_node& place);
    /// A truth value.
    TensorIndex hasValue(const std::string& field, const std::string& value, const pugi::xml_node& place);
    TensorIndex indicator(const pugi::xml_node& normDiscrete);
    Value evaluated(const pugi::xml_node& node, const std::string& name);
    Value constant(const pugi::xml_node& node, const std::string& name);
    Value applied(const pugi::xml_node& apply, const std::string& name);
    std::optional<Value> comparedWithTexts(const std::string& function, const std::vector<pugi::xml_node>& operands,
        const pugi::xml_node& apply, const std::string& name);
    Value called(const pugi::xml_node& function, const std::vector<Value>& operands, const pugi::xml_node& apply,
        const std::string& name);
    const Field& categorical(const std::string& name, const pugi::xml_node& place) const;

    GraphBuilder& m_graph;
    std::map<std::string, Field> m_fields;
    std::map<std::string, pugi::xml_node> m_derived;
    std::map<std::string, pugi::xml_node> m_functions; ///< DefineFunction
    std::map<std::string, bool> m_isOrdinal;
    std::map<std::string, Value> m_values; ///< of derived fields
    std::vector<std::map<std::string, Value>> m_parameters; ///< of the functions that are being written
    std::vector<std::string> m_warnings;
    std::set<std::string> m_said; ///< the same
    int m_depth = 0;
};

} // namespace formulens::pmml
