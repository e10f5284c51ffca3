// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/Palette.h"

#include "ui/pictures/WidgetStyle.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QToolTip>

#include <array>
#include <cmath>
#include <utility>

namespace formulens {

namespace {

// The eight colours of Okabe and Ito, "Color Universal Design" (2008), black last.
// The two blues change places on dark paper.
QList<QColor> seriesColours(QColor first, QColor sixth, QColor ink)
{
    return {
        first, QColor(0xd55e00), QColor(0x009e73), QColor(0xcc79a7), QColor(0xe69f00), sixth, QColor(0xb8a800), ink};
}

Palette light()
{
    Palette colours;
    colours.paper = QColor(0xffffff);
    colours.ink = QColor(0x14171a);
    colours.faintInk = QColor(0x6b7280);
    colours.grid = QColor(0xd6dae0);
    colours.box = QColor(0xf3f5f8);
    colours.selection = QColor(0x1f6feb);
    colours.hover = QColor(0xffd75e);
    colours.assumed = QColor(0xb45309);
    colours.good = QColor(0x15803d);
    colours.error = QColor(0xb91c1c);
    colours.positive = QColor(0x0072b2);
    colours.negative = QColor(0xd55e00);
    colours.inputKind = QColor(0xe5e9f0);
    colours.denseKind = QColor(0xd6e6fb);
    colours.convolutionKind = QColor(0xdcd9f7);
    colours.activationKind = QColor(0xfbe3cf);
    colours.normalisationKind = QColor(0xd8efe0);
    colours.shapeKind = QColor(0xeeeeee);
    colours.outputKind = QColor(0xf7d9e3);
    colours.unknownKind = QColor(0xf8caca);
    colours.series = seriesColours(QColor(0x0072b2), QColor(0x56b4e9), colours.ink);
    return colours;
}

Palette dark()
{
    Palette colours;
    colours.paper = QColor(0x1b1e23);
    colours.ink = QColor(0xe6e9ee);
    colours.faintInk = QColor(0x98a1ae);
    colours.grid = QColor(0x3b414b);
    colours.box = QColor(0x2a2f37);
    colours.selection = QColor(0x6ea8fe);
    colours.hover = QColor(0x94741c);
    colours.assumed = QColor(0xf5b044);
    colours.good = QColor(0x5fd08a);
    colours.error = QColor(0xff8a80);
    colours.positive = QColor(0x56b4e9);
    colours.negative = QColor(0xf08a3c);
    colours.inputKind = QColor(0x363c47);
    colours.denseKind = QColor(0x27425f);
    colours.convolutionKind = QColor(0x3b3764);
    colours.activationKind = QColor(0x5a4027);
    colours.normalisationKind = QColor(0x274b38);
    colours.shapeKind = QColor(0x383838);
    colours.outputKind = QColor(0x57303f);
    colours.unknownKind = QColor(0x632f2f);
    colours.series = seriesColours(QColor(0x56b4e9), QColor(0x0072b2), colours.ink);
    return colours;
}

QPalette darkWidgetColours()
{
    const QColor window(0x24, 0x28, 0x2e);
    const QColor base(0x1b, 0x1e, 0x23);
    const QColor text(0xe6, 0xe9, 0xee);
    const QColor faint(0x7d, 0x86, 0x92);
    QPalette colours(text, QColor(0x2f343c), QColor(0x4a515c), QColor(0x14161a), QColor(0x3b414b), text,
        QColor(0xffffff), base, window);
    colours.setColor(QPalette::AlternateBase, QColor(0x21252b));
    colours.setColor(QPalette::ToolTipBase, QColor(0x2f343c));
    colours.setColor(QPalette::ToolTipText, text);
    colours.setColor(QPalette::Highlight, QColor(0x2f6fd0));
    colours.setColor(QPalette::HighlightedText, QColor(0xffffff));
    colours.setColor(QPalette::Link, QColor(0x6ea8fe));
    colours.setColor(QPalette::PlaceholderText, faint);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        colours.setColor(QPalette::Disabled, role, faint);
    return colours;
}

QColor between(QColor first, QColor second, double share)
{
    const auto mixed = [share](int a, int b) { return static_cast<int>(std::lround(a + share * (b - a))); };
    return {mixed(first.red(), second.red()), mixed(first.green(), second.green()), mixed(first.blue(), second.blue())};
}

/// Fusion's disabled words are a light grey on a lighter one. What cannot be used just now must be read all the same.
QPalette withReadableDisabledText(QPalette colours)
{
    constexpr std::array<std::pair<QPalette::ColorRole, QPalette::ColorRole>, 3> inks{
        {{QPalette::WindowText, QPalette::Window}, {QPalette::Text, QPalette::Base},
            {QPalette::ButtonText, QPalette::Button}}};
    for (const auto& [ink, ground] : inks) {
        const QColor text = colours.color(QPalette::Active, ink);
        const QColor paper = colours.color(QPalette::Active, ground);
        colours.setColor(QPalette::Disabled, ink, between(text, paper, 0.5));
    }
    return colours;
}

} // namespace

const Palette& lightPalette()
{
    static const Palette colours = light();
    return colours;
}

const Palette& darkPalette()
{
    static const Palette colours = dark();
    return colours;
}

const Palette& currentPalette()
{
    return QApplication::palette().color(QPalette::Window).lightness() < 128 ? darkPalette() : lightPalette();
}

void applyAppearance(Appearance appearance)
{
    static const QPalette system = QApplication::palette();
    static const QPalette systemToolTips = QToolTip::palette();
    if (!qobject_cast<WidgetStyle*>(QApplication::style()))
        QApplication::setStyle(new WidgetStyle(QStyleFactory::create(QApplication::style()->name())));
    switch (appearance) {
    case Appearance::System:
        QApplication::setPalette(withReadableDisabledText(system));
        QToolTip::setPalette(systemToolTips);
        return;
    case Appearance::Light:
        QApplication::setPalette(withReadableDisabledText(QApplication::style()->standardPalette()));
        break;
    case Appearance::Dark:
        QApplication::setPalette(darkWidgetColours());
        break;
    }
    QToolTip::setPalette(QApplication::palette());
}

} // namespace formulens
