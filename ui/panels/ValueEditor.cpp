// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/ValueEditor.h"

#include "core/base/Numerals.h"
#include "ui/models/NumberText.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr int fineSteps = 1000;
constexpr int mostWholeSteps = 100'000;

/// A step of the arrow keys: a hundredth of the width, rounded to its power of ten.
double singleStep(const ValueEditor::Range& range)
{
    const double width = range.upper - range.lower;
    if (range.whole || !(width > 0))
        return 1;
    return std::pow(10.0, std::floor(std::log10(width / 20)));
}

/// Which of two buttons is down must be seen at a glance, in light and dark.
QString toggleLooks()
{
    return QStringLiteral("QToolButton { border: 1px solid palette(mid); border-radius: 3px; padding: 2px;"
                          " background: palette(button); }"
                          "QToolButton:hover, QToolButton:focus { border-color: palette(highlight); }"
                          "QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }");
}

} // namespace

NumberSpinBox::NumberSpinBox(QWidget* parent) : QDoubleSpinBox(parent)
{
    setDecimals(18); // so that the value is not rounded; what is shown is textFromValue's business
    setKeyboardTracking(false);
    setFrame(false);
}

QString NumberSpinBox::textFromValue(double value) const
{
    // Slider positions such as 0.30000000000000004 read as 0.3; typed numbers have fewer digits anyhow.
    const double legible = rounded(value, 12);
    return QString::fromStdString(shortest(legible));
}

double NumberSpinBox::valueFromText(const QString& text) const
{
    return typedNumber(text).value_or(value());
}

QValidator::State NumberSpinBox::validate(QString& text, int&) const
{
    const auto number = typedNumber(text);
    if (!number)
        return QValidator::Intermediate;
    return *number < minimum() || *number > maximum() ? QValidator::Intermediate : QValidator::Acceptable;
}

QSize NumberSpinBox::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(QStringLiteral("-0.0000")) + 24, fontMetrics().height() + 6};
}

ValueEditor::ValueEditor(const QString& name, QWidget* parent) : QWidget(parent), m_name(name)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(2, 0, 2, 0);
    layout->setSpacing(4);
    setAutoFillBackground(true);
}

void ValueEditor::setRange(const Range& range)
{
    if (range == m_range && (m_spin || m_buttons))
        return;
    clear();
    m_range = range;
    if (range.values.size() == 2)
        createButtons();
    else
        createSlider();
}

void ValueEditor::clear()
{
    qDeleteAll(findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
    delete m_buttons;
    m_buttons = nullptr;
    m_slider = nullptr;
    m_spin = nullptr;
}

void ValueEditor::createSlider()
{
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setRange(0, sliderSteps());
    m_slider->setAccessibleName(tr("Slider of %1").arg(m_name));
    m_slider->setMinimumWidth(40);
    m_spin = new NumberSpinBox(this);
    m_spin->setRange(m_range.lower, m_range.upper);
    m_spin->setSingleStep(singleStep(m_range));
    m_spin->setAccessibleName(tr("Value of %1").arg(m_name));
    layout()->addWidget(m_slider);
    layout()->addWidget(m_spin);

    connect(m_slider, &QSlider::sliderPressed, this, [this] { m_dragBegins = true; });
    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        const bool dragging = m_slider->isSliderDown();
        emit edited(sliderValue(position), !dragging || m_dragBegins);
        m_dragBegins = false;
    });
    connect(m_spin, &QDoubleSpinBox::valueChanged, this, [this](double value) { emit edited(value, true); });
}

void ValueEditor::createButtons()
{
    m_buttons = new QButtonGroup(this);
    for (int i = 0; i < 2; ++i) {
        auto* button = new QToolButton(this);
        button->setStyleSheet(toggleLooks());
        button->setText(numberText(m_range.values[i]));
        button->setCheckable(true);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
        button->setAccessibleName(tr("Set %1 to %2").arg(m_name, button->text()));
        layout()->addWidget(button);
        m_buttons->addButton(button, i);
    }
    connect(m_buttons, &QButtonGroup::idClicked, this, [this](int id) { emit edited(m_range.values[id], true); });
}

/// A style sheet's palette(...) is looked up when it is set.
void ValueEditor::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_buttons)
        for (QAbstractButton* button : m_buttons->buttons())
            button->setStyleSheet(toggleLooks());
}

void ValueEditor::setValue(double value)
{
    if (m_buttons) {
        for (int i = 0; i < 2; ++i)
            m_buttons->button(i)->setChecked(m_range.values[i] == value);
        return;
    }
    const QSignalBlocker quietSlider(m_slider);
    const QSignalBlocker quietSpin(m_spin);
    if (!m_slider->isSliderDown())
        m_slider->setValue(sliderPosition(value));
    m_spin->setValue(value);
}

int ValueEditor::sliderSteps() const
{
    if (!m_range.values.isEmpty())
        return static_cast<int>(m_range.values.size()) - 1;
    const double width = m_range.upper - m_range.lower;
    return m_range.whole && width <= mostWholeSteps ? static_cast<int>(width) : fineSteps;
}

double ValueEditor::sliderValue(int position) const
{
    if (!m_range.values.isEmpty())
        return m_range.values[position];
    const int steps = std::max(1, sliderSteps());
    const double share = static_cast<double>(position) / steps;
    return rounded(m_range.lower + share * (m_range.upper - m_range.lower), 12);
}

int ValueEditor::sliderPosition(double value) const
{
    if (!m_range.values.isEmpty()) {
        const auto nearest = std::ranges::min_element(
            m_range.values, {}, [value](double candidate) { return std::abs(candidate - value); });
        return static_cast<int>(nearest - m_range.values.begin());
    }
    const double width = m_range.upper - m_range.lower;
    return width > 0 ? static_cast<int>(std::lround((value - m_range.lower) / width * sliderSteps())) : 0;
}

} // namespace formulens
