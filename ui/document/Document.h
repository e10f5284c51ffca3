// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/Session.h"
#include "ui/document/Model.h"

#include <QFlags>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QUndoStack;

namespace formulens {

/// What the pointer is over, in whichever view: all views light it up. Passing, so not undoable.
struct Highlight
{
    std::vector<ElementReference> elements; ///< neurons, outputs, or elements of any tensor
    std::vector<std::size_t> inputs; ///< input elements

    bool isEmpty() const { return elements.empty() && inputs.empty(); }
    friend bool operator==(const Highlight&, const Highlight&) = default;
};

/// The opened model and the session on it, with signals and undo. Every dock is a view of this; none knows another.
/// Lives in the GUI thread. Setters that change nothing leave no undo step and emit nothing.
class Document final : public QObject
{
    Q_OBJECT

public:
    /// Parts of the session that change together; each has its signal, so a slider drag rebuilds no graph.
    enum Part
    {
        SelectionPart = 1, ///< selected elements, axes
        QuestionPart = 2, ///< names, units, kinds, domains, roles, scaling
        ReferencePart = 4, ///< the reference point's values
        FormPart = 8, ///< form, derivative, head, scaling display, substitutions, manipulations
        DisplayPart = 16, ///< digits, functions written out
        LogicPart = 32 ///< thresholds, rows that need no value
    };
    Q_DECLARE_FLAGS(Parts, Part)

    /// How an edit joins the one before: a slider drag begins Single and goes on Continuing, and is one undo step.
    enum class Edit
    {
        Single,
        Continuing
    };

    explicit Document(QObject* parent = nullptr);
    ~Document() override;

    /// Shows another model; the undo history begins anew.
    void open(std::shared_ptr<const Model> model, Session session);

    /// Null until the first model has been opened.
    const std::shared_ptr<const Model>& model() const { return m_model; }
    const Session& session() const { return m_session; }
    const Question& question() const { return m_session.question; }
    const Highlight& highlight() const { return m_highlight; }
    QUndoStack* undoStack() const { return m_undoStack; }

    /// Selected outputs or neurons, never empty while a model is open.
    const std::vector<ElementReference>& selected() const { return m_session.question.selected; }
    bool isSelected(ElementReference element) const;
    const std::vector<std::size_t>& axes() const { return m_session.axes; }
    std::vector<double> referencePoint() const { return m_session.question.referencePoint(); }

    /// Position among question().outputs, where the element is an output of the graph.
    std::optional<std::size_t> outputPosition(ElementReference element) const;
    /// The name a reader knows: the output's or input's given name, else the element's name in the file.
    QString displayName(ElementReference element) const;
    QString inputName(std::size_t input) const;

    /// The ways to select. An empty list is not taken: clearing goes back to the first output.
    void select(std::vector<ElementReference> elements);
    void toggleSelected(ElementReference element);
    void clearSelection();
    void chooseAxis(std::size_t input); ///< curves run along it; a second axis stays, so that a map is still drawn
    void chooseSecondAxis(std::size_t input); ///< maps run along it too
    void selectPair(ElementReference element, std::size_t input); ///< element alone, input as first axis; one undo step

    void setReference(std::size_t input, double value, Edit edit = Edit::Single);
    /// Two at once, for a marker dragged over a map.
    void setReferences(const std::vector<std::pair<std::size_t, double>>& values, Edit edit = Edit::Single);
    void setRole(std::size_t input, Role role);
    void setRoles(const std::vector<std::size_t>& inputs, Role role);
    void setDomain(std::size_t input, Domain domain); ///< typed: no longer assumed; the reference is brought inside
    void confirmDomains(const std::vector<std::size_t>& inputs); ///< the assumed ones stay as they are, confirmed
    void setInput(std::size_t input, InputQuantity quantity, const QString& undoText);
    void setOutput(std::size_t output, OutputQuantity quantity, const QString& undoText);

    void setForm(Form form);
    void setDerivativeBy(std::optional<std::size_t> input);
    void setHead(HeadChoice head);
    void setScalingDisplay(ScalingDisplay scaling);
    void toggleSubstituted(ElementReference neuron);
    void addManipulation(Manipulation manipulation);
    void clearManipulations();

    void setDigits(int digits, Edit edit = Edit::Single);
    void setWriteFunctionsOut(bool writeOut);

    void setThreshold(ElementReference element, std::optional<double> threshold); ///< physical; none: one is found
    void setDontCares(std::vector<std::uint32_t> rows); ///< of the inputs that vary now
    void toggleDontCare(std::uint32_t row);
    /// Both in one undo step: inputs that were recognised as two-valued, and the rows that never occur.
    void takeRowsFromData(std::vector<InputQuantity> inputs, std::vector<std::uint32_t> dontCares);
    bool isDontCare(std::uint32_t row) const;

    void setHighlight(Highlight highlight);
    void clearHighlight() { setHighlight({}); }

signals:
    void modelOpened(); ///< everything is new; the finer signals are not sent as well
    void selectionChanged();
    void questionChanged();
    void referenceChanged();
    void formChanged();
    void displayChanged();
    void logicChanged();
    void highlightChanged();

private:
    class Step;
    friend class Step;

    template <class T>
    void set(std::function<T&(Session&)> place, T value, Parts parts, const QString& text);
    std::vector<std::size_t> axesFrom(std::size_t input) const;
    void setAxes(std::vector<std::size_t> axes);
    std::unique_ptr<Step> selectionStep(std::vector<ElementReference> elements);
    void push(std::unique_ptr<Step> step);
    void announce(Parts parts);

    std::shared_ptr<const Model> m_model;
    Session m_session;
    Highlight m_highlight;
    QUndoStack* m_undoStack;
};

Q_DECLARE_OPERATORS_FOR_FLAGS(Document::Parts)

} // namespace formulens
