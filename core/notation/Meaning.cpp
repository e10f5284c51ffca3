// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/Meaning.h"

#include "core/base/Numerals.h"

#include <algorithm>
#include <array>
#include <utility>

namespace formulens::notation {

namespace {

/// Thrown inside, caught at `parseMeaning`: the text is no formula.
struct NotAFormula
{
};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

MeaningTerm number(double value)
{
    MeaningTerm term;
    term.number = value;
    return term;
}

MeaningTerm combined(MeaningTerm::Kind kind, std::vector<MeaningTerm> parts)
{
    MeaningTerm term;
    term.kind = kind;
    term.parts = std::move(parts);
    return term;
}

/// One value, or values with their conditions of which the last may stand for all the rest.
bool areCases(const std::vector<MeaningBranch>& branches)
{
    if (branches.size() == 1)
        return branches.front().conditions.empty();
    return std::all_of(
        branches.begin(), branches.end() - 1, [](const MeaningBranch& branch) { return !branch.conditions.empty(); });
}

/// branches := branch ("," branch)*
/// branch   := sum | sum ("for" | "where") conditions | ("else" | "otherwise") sum
/// sum      := ["-"] product (("+" | "-") product)*
/// product  := power (power | "*" power | "/" power)*      side by side is times
/// power    := primary ["^" ["-"] primary]
class MeaningParser
{
public:
    explicit MeaningParser(std::string_view text) : m_text(text) { }

    Meaning meaning()
    {
        Meaning result;
        do {
            result.branches.push_back(branch());
        } while (accept(","));
        skipSpaces();
        if (m_position != m_text.size() || !areCases(result.branches))
            throw NotAFormula();
        return result;
    }

private:
    MeaningBranch branch()
    {
        MeaningBranch result;
        if (acceptWord("else") || acceptWord("otherwise")) {
            result.value = sum();
            return result;
        }
        result.value = sum();
        if (acceptWord("for") || acceptWord("where") || acceptWord("if")) {
            do {
                result.conditions.push_back(condition());
            } while (acceptWord("and"));
        }
        return result;
    }

    MeaningCondition condition()
    {
        MeaningCondition result;
        result.left = sum();
        result.relation = relation();
        result.right = sum();
        return result;
    }

    OperatorSign relation()
    {
        static constexpr std::array<std::pair<std::string_view, OperatorSign>, 6> relations{{
            {"<=", OperatorSign::LessOrEqual},
            {">=", OperatorSign::GreaterOrEqual},
            {"!=", OperatorSign::NotEquals},
            {"<", OperatorSign::Less},
            {">", OperatorSign::Greater},
            {"=", OperatorSign::Equals},
        }};
        if (acceptWord("is not"))
            return OperatorSign::NotEquals;
        for (const auto& [text, relation] : relations)
            if (accept(text))
                return relation;
        throw NotAFormula();
    }

    MeaningTerm sum()
    {
        std::vector<MeaningTerm> parts;
        std::vector<bool> negative{accept("-")};
        parts.push_back(product());
        for (;;) {
            if (accept("+"))
                negative.push_back(false);
            else if (accept("-"))
                negative.push_back(true);
            else
                break;
            parts.push_back(product());
        }
        if (parts.size() == 1 && !negative.front())
            return std::move(parts.front());
        MeaningTerm result = combined(MeaningTerm::Kind::Sum, std::move(parts));
        result.negative = std::move(negative);
        return result;
    }

    MeaningTerm product()
    {
        MeaningTerm result = power();
        for (;;) {
            if (accept("/"))
                result = combined(MeaningTerm::Kind::Quotient, {std::move(result), power()});
            else if (accept("*") || startsPrimary())
                result = times(std::move(result), power());
            else
                return result;
        }
    }

    static MeaningTerm times(MeaningTerm left, MeaningTerm right)
    {
        if (left.kind == MeaningTerm::Kind::Product) {
            left.parts.push_back(std::move(right));
            return left;
        }
        return combined(MeaningTerm::Kind::Product, {std::move(left), std::move(right)});
    }

    MeaningTerm power()
    {
        MeaningTerm base = primary();
        if (!accept("^"))
            return base;
        if (!accept("-"))
            return combined(MeaningTerm::Kind::Power, {std::move(base), primary()});
        MeaningTerm exponent = combined(MeaningTerm::Kind::Sum, {primary()});
        exponent.negative = {true};
        return combined(MeaningTerm::Kind::Power, {std::move(base), std::move(exponent)});
    }

    bool startsPrimary()
    {
        skipSpaces();
        for (const std::string_view word : {"for", "where", "if", "else", "otherwise", "and", "is"})
            if (seesWord(word))
                return false;
        const char c = peek();
        return isLetter(c) || isDigit(c) || c == '(' || c == '{';
    }

    MeaningTerm primary()
    {
        skipSpaces();
        if (accept("(")) {
            MeaningTerm inside = sum();
            expect(")");
            return inside;
        }
        if (accept("{p"))
            return parameter();
        if (accept("|"))
            return absolute();
        return isDigit(peek()) ? literal() : name();
    }

    MeaningTerm absolute()
    {
        MeaningTerm result = combined(MeaningTerm::Kind::Call, {sum()});
        result.name = "abs";
        expect("|");
        return result;
    }

    MeaningTerm parameter()
    {
        MeaningTerm result;
        result.kind = MeaningTerm::Kind::Parameter;
        result.index = static_cast<std::size_t>(literal().number);
        expect("}");
        return result;
    }

    MeaningTerm literal()
    {
        const std::size_t end = std::min(m_text.find_first_not_of("0123456789.", m_position), m_text.size());
        const std::optional<double> value = toDouble(m_text.substr(m_position, end - m_position));
        if (!value)
            throw NotAFormula();
        m_position = end;
        return number(*value);
    }

    MeaningTerm name()
    {
        std::size_t end = m_position;
        while (end < m_text.size() && (isLetter(m_text[end]) || (end > m_position && isDigit(m_text[end]))))
            ++end;
        const std::string text(m_text.substr(m_position, end - m_position));
        m_position = end;
        MeaningTerm result;
        result.name = text;
        if (text == "e" || text == "pi") {
            result.kind = MeaningTerm::Kind::Constant;
        } else if (text.starts_with('z') && text.find_first_not_of("0123456789", 1) == std::string::npos) {
            result.kind = MeaningTerm::Kind::Operand;
            result.index = text.size() == 1 ? 0 : static_cast<std::size_t>(text[1] - '1');
        } else {
            result.kind = MeaningTerm::Kind::Call;
            result.parts = arguments();
        }
        return result;
    }

    std::vector<MeaningTerm> arguments()
    {
        if (peek() != '(')
            throw NotAFormula();
        ++m_position;
        std::vector<MeaningTerm> result;
        do {
            result.push_back(sum());
        } while (accept(","));
        expect(")");
        return result;
    }

    char peek() const { return m_position < m_text.size() ? m_text[m_position] : '\0'; }

    void skipSpaces()
    {
        while (peek() == ' ')
            ++m_position;
    }

    bool accept(std::string_view token)
    {
        skipSpaces();
        if (!m_text.substr(m_position).starts_with(token))
            return false;
        m_position += token.size();
        return true;
    }

    bool seesWord(std::string_view word) const
    {
        const std::string_view rest = m_text.substr(m_position);
        return rest.starts_with(word) && (rest.size() == word.size() || !isLetter(rest[word.size()]));
    }

    bool acceptWord(std::string_view word)
    {
        skipSpaces();
        if (!seesWord(word))
            return false;
        m_position += word.size();
        return true;
    }

    void expect(std::string_view token)
    {
        if (!accept(token))
            throw NotAFormula();
    }

    std::string_view m_text;
    std::size_t m_position = 0;
};

} // namespace

std::optional<Meaning> parseMeaning(std::string_view text)
{
    try {
        return MeaningParser(text).meaning();
    } catch (const NotAFormula&) {
        return std::nullopt;
    }
}

} // namespace formulens::notation
