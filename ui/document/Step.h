// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/Document.h"

#include <QUndoCommand>

#include <functional>
#include <vector>

namespace formulens {

/// One undoable edit: values that are swapped with their places in the session, all at once. Redo and undo are the same
/// swap; joining a drag to the step before needs only to forget the values in between.
class Document::Step final : public QUndoCommand
{
public:
    Step(Document& document, Parts parts, const QString& text)
        : QUndoCommand(text), m_document(document), m_parts(parts)
    {
    }

    template <class T>
    void swap(std::function<T&(Session&)> place, T value)
    {
        m_swaps.push_back([place = std::move(place), value = std::move(value)](
                              Session& session) mutable { std::swap(place(session), value); });
    }

    bool isEmpty() const { return m_swaps.empty(); }

    /// A step of this drag (a number for each thing that can be dragged); Continuing joins the one before it.
    void setDrag(int drag, Edit edit)
    {
        m_drag = drag;
        m_edit = edit;
    }

    void redo() override { exchange(); }
    void undo() override { exchange(); }
    int id() const override { return m_drag; }
    bool mergeWith(const QUndoCommand* later) override
    {
        return static_cast<const Step*>(later)->m_edit == Edit::Continuing;
    }

private:
    void exchange()
    {
        for (auto& exchangeValue : m_swaps)
            exchangeValue(m_document.m_session);
        m_document.announce(m_parts);
    }

    Document& m_document;
    Parts m_parts;
    std::vector<std::function<void(Session&)>> m_swaps;
    int m_drag = -1;
    Edit m_edit = Edit::Single;
};

} // namespace formulens
