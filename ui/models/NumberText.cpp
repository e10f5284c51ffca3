// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/NumberText.h"

#include "core/base/Numerals.h"

#include <QLocale>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

const QString raisedDigits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");

QString superscript(int exponent)
{
    QString text;
    for (const QChar digit : QString::number(std::abs(exponent)))
        text.append(raisedDigits[digit.digitValue()]);
    return exponent < 0 ? QStringLiteral("⁻") + text : text;
}

/// "1.25 × 10⁻⁷" as we write it becomes "1.25e-7"; other texts stay.
QString withoutPower(const QString& text)
{
    static const QRegularExpression power(QStringLiteral("\\s*×\\s*10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$"));
    const auto match = power.match(text);
    if (!match.hasMatch())
        return text;
    QString exponent = match.captured(1).replace(QStringLiteral("⁻"), QStringLiteral("-"));
    for (qsizetype digit = 0; digit < raisedDigits.size(); ++digit)
        exponent.replace(raisedDigits[digit], QString::number(digit));
    return text.left(match.capturedStart()) + QLatin1Char('e') + exponent;
}

std::optional<std::vector<double>> typedNumbers(const QStringList& words)
{
    std::vector<double> numbers;
    for (const auto& word : words) {
        const auto number = typedNumber(word);
        if (!number || !std::isfinite(*number))
            return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers;
}

std::optional<Domain> typedRange(const QStringList& ends, Domain::Kind kind)
{
    const auto numbers = typedNumbers(ends);
    if (!numbers || numbers->size() != 2 || numbers->front() >= numbers->back())
        return std::nullopt;
    Domain domain;
    domain.kind = kind == Domain::Kind::Whole ? Domain::Kind::Whole : Domain::Kind::Interval;
    domain.range = {numbers->front(), numbers->back()};
    return domain;
}

std::optional<Domain> typedSet(const QStringList& words)
{
    auto numbers = typedNumbers(words);
    if (!numbers || numbers->empty())
        return std::nullopt;
    std::ranges::sort(*numbers);
    numbers->erase(std::unique(numbers->begin(), numbers->end()), numbers->end());
    return Domain{Domain::Kind::Set, {numbers->front(), numbers->back()}, *numbers};
}

} // namespace

QString numberText(double value, int digits)
{
    const Numeral parts = numeral(value, digits);
    QString text = QString::fromStdString(parts.mantissa);
    if (parts.negative)
        text.prepend(QStringLiteral("−"));
    if (parts.exponent != 0)
        text += QStringLiteral(" × 10") + superscript(parts.exponent);
    return text;
}

QString grouped(double count)
{
    return QString::fromStdString(groupedDigits(count));
}

QString grouped(std::size_t count)
{
    return grouped(static_cast<double>(count));
}

std::optional<double> typedNumber(const QString& typed)
{
    QString text = withoutPower(typed.trimmed());
    text.replace(QStringLiteral("−"), QStringLiteral("-"));
    if (const auto number = toDouble(text.toStdString()))
        return number;
    bool understood = false;
    const double number = QLocale().toDouble(text, &understood);
    return understood ? std::optional(number) : std::nullopt;
}

QString domainText(const Domain& domain, int digits)
{
    if (domain.kind != Domain::Kind::Set) {
        return QStringLiteral("%1 … %2").arg(
            numberText(domain.range.lower, digits), numberText(domain.range.upper, digits));
    }
    QStringList values;
    for (const double value : domain.values)
        values.append(numberText(value, digits));
    return values.join(QStringLiteral(", "));
}

std::optional<Domain> typedDomain(const QString& text, Domain::Kind kind)
{
    static const QRegularExpression range(QStringLiteral("\\.\\.+|…"));
    static const QRegularExpression braces(QStringLiteral("[{}\\[\\]]"));
    QString bare = text;
    bare.remove(braces);
    if (bare.contains(range))
        return typedRange(bare.split(range), kind);
    return typedSet(bare.split(bare.contains(QLatin1Char(';')) ? QLatin1Char(';') : QLatin1Char(',')));
}

} // namespace formulens
