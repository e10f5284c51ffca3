// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/operators/PreparedNetwork.h"
#include "core/question/Question.h"

#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// The words of the command line (DESIGN 7), read against a network and what is known of it. Names are matched exactly:
/// first the file's, then the question's (side file, user). `@k` is the k-th input or output element from 1, always;
/// `xk` the same for inputs where nothing has that name. `name[i,j]` counts from 0 without the batch axis, `name[i]` in
/// flat order. A name with other than letters, digits and _ . / : is quoted "..." with backslash.
class ElementNames
{
public:
    /// Both must outlive this.
    ElementNames(const PreparedNetwork& network, const Question& question)
        : m_network(network), m_question(question) { }

    /// "x[3]": exactly one input element.
    Result<std::size_t> input(std::string_view word) const;
    /// "x[3],speed": input elements; the name of a tensor is all its elements.
    Result<std::vector<std::size_t>> inputs(std::string_view list) const;
    /// "y", "y[2]", "@1": elements of the graph's outputs, as positions in Question::outputs.
    Result<std::vector<std::size_t>> outputs(std::string_view list) const;
    /// "dense_1[17]": elements of any tensor of the network.
    Result<std::vector<ElementReference>> elements(std::string_view list) const;

private:
    const PreparedNetwork& m_network;
    const Question& m_question;
};

/// --at "x=0.1,y=2": sets reference values; a tensor's name sets all its elements.
Result<void> applyAt(Question& question, const PreparedNetwork& network, std::string_view words);

/// --domain "x=-1..1,n={0,1}": sets domains (source Typed). A reference value that falls outside moves to the centre.
Result<void> applyDomain(Question& question, const PreparedNetwork& network, std::string_view words);

/// --free x,y: these stay variables, all others are held. --held x=0.3,z: these are held, x at 0.3, z at its reference
/// value; the others keep their role. Either list may be empty: then it says nothing.
Result<void> applyRoles(
    Question& question, const PreparedNetwork& network, std::string_view freeWords, std::string_view heldWords);

/// The domain as --domain reads it: "-1..1", "{0,1}", of whole numbers "0..16".
std::string domainText(const Domain& domain);
/// "side file", "clip", "min-max scaler", "standardiser", "assumed" ...
std::string_view name(DomainSource source);

/// A name as the words read it back: quoted where it has to be.
std::string quotedName(std::string_view name);

/// The centre of the domain, rounded to a thousandth of its width's power of ten; of whole numbers and sets a member.
double roundedCentre(const Domain& domain);

} // namespace formulens
